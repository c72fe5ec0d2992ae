metadata description = 'The virtual network of the app, and the private endpoints of what it reaches through it.'

param name string
param location string
param tags object
param storageId string
param vaultId string

var storageSuffix = environment().suffixes.storage
var endpoints = [
  { service: 'blob', resourceId: storageId, zone: 'privatelink.blob.${storageSuffix}' }
  { service: 'queue', resourceId: storageId, zone: 'privatelink.queue.${storageSuffix}' }
  { service: 'table', resourceId: storageId, zone: 'privatelink.table.${storageSuffix}' }
  { service: 'vault', resourceId: vaultId, zone: 'privatelink.vaultcore.azure.net' }
]

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        // Flex Consumption requires a name without an underscore and a delegation to container environments.
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/24'
          delegations: [
            {
              name: 'flex'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'private-endpoints'
        properties: {
          addressPrefix: '10.0.1.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'private-endpoints'
  }
}

module privateEndpoints 'private-endpoint.bicep' = [
  for endpoint in endpoints: {
    name: 'private-endpoint-${endpoint.service}'
    params: {
      name: 'pe-${endpoint.service}-${name}'
      location: location
      tags: tags
      networkId: network.id
      subnetId: network::endpointSubnet.id
      resourceId: endpoint.resourceId
      service: endpoint.service
      zoneName: endpoint.zone
    }
  }
]

output appSubnetId string = network::appSubnet.id
