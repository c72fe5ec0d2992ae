metadata description = 'The function app on Flex Consumption, with its settings.'

param name string
param planName string
param location string
param tags object
param identityId string
param identityClientId string
param blobEndpoint string
param queueEndpoint string
param tableEndpoint string

@description('Blob container that holds the deployed package.')
param packageContainer string

param applicationInsightsConnectionString string

@description('URI of the model\'s key in the vault, without a version.')
param geminiApiKeyUri string

@description('Subnet for outgoing traffic of the app. Empty: none.')
param subnetId string

@description('Endpoint of the Durable Task Scheduler. Empty: the durable state is in the storage account.')
param schedulerEndpoint string

@description('Task hub in the scheduler.')
param taskHub string

param instanceMemoryMB int
param maximumInstanceCount int
param durableAlwaysReady int
param httpPerInstanceConcurrency int
param appSettings object

// host.json is the same for every backend. These settings override it.
var schedulerSettings = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
  AzureFunctionsJobHost__extensions__durableTask__hubName: taskHub
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: {
        name: 'python'
        version: '3.13'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: durableAlwaysReady > 0 ? [{ name: 'durable', instanceCount: durableAlwaysReady }] : []
        triggers: { http: { perInstanceConcurrency: httpPerInstanceConcurrency } }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      appSettings,
      {
        AzureWebJobsStorage__blobServiceUri: blobEndpoint
        AzureWebJobsStorage__queueServiceUri: queueEndpoint
        AzureWebJobsStorage__tableServiceUri: tableEndpoint
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identityClientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
        TELEMETRY_EXPORTER: 'azure'
        // The host's home page would hide the app's page.
        AzureWebJobsDisableHomepage: 'true'
        GEMINI_API_KEY: '@Microsoft.KeyVault(SecretUri=${geminiApiKeyUri})'
      },
      empty(schedulerEndpoint) ? {} : schedulerSettings
    )
  }

  // Deploy with tokens only, not with passwords.
  resource noPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
