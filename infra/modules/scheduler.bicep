metadata description = 'A Durable Task Scheduler with one task hub, reached by identity.'

param name string
param location string
param tags object

@allowed(['Consumption', 'Dedicated'])
param skuName string

@description('Principal of the app.')
param appPrincipalId string

@description('Principal of the person who may open the dashboard. Empty: nobody.')
param developerPrincipalId string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var durableTaskDataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Any address can connect, but only identities with the role below are authorized.
    ipAllowlist: ['0.0.0.0/0']
    sku: skuName == 'Dedicated' ? { name: skuName, capacity: 1 } : { name: skuName }
  }

  resource hub 'taskHubs' = {
    name: 'story-to-manga'
  }
}

resource appMayUse 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, appPrincipalId, durableTaskDataContributor)
  scope: scheduler
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', durableTaskDataContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource developerMayLook 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(developerPrincipalId)) {
  name: guid(scheduler.id, developerPrincipalId, durableTaskDataContributor)
  scope: scheduler
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', durableTaskDataContributor)
    principalId: developerPrincipalId
  }
}

output endpoint string = scheduler.properties.endpoint
output taskHub string = scheduler::hub.name
